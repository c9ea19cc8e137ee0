import { type Resource } from "./resource";

/** A reading of a resource that is done once: many rules ask for the same, of a thousand resources. */
export function perResource<Reading>(read: (resource: Resource) => Reading): (resource: Resource) => Reading {
  const known = new WeakMap<Resource, { readonly reading: Reading }>();
  return (resource) => {
    let entry = known.get(resource);
    if (entry === undefined) {
      entry = { reading: read(resource) };
      known.set(resource, entry);
    }
    return entry.reading;
  };
}
