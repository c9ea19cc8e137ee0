import { at, isMapping, mapping } from "../../support/document";

/** Where the stand-in keeps `index.lifecycle.*`: a new index inherits it from its template as it would inherit those. */
const note = "lifecycleStandIn";

/** The `_meta` of mappings with more settings of a lifecycle. */
export function noted(meta: unknown, settings: Record<string, unknown>): Record<string, unknown> {
  const held = at(meta, note);
  return { ...(isMapping(meta) ? meta : {}), [note]: { ...(isMapping(held) ? held : {}), ...settings } };
}

/** The settings of a lifecycle, in whichever of their spellings, out of a template and into its mappings. */
export function templateWithoutSettings(body: unknown): unknown {
  const copy = structuredClone(body);
  const template = mapping(copy, "template");
  const settings = isMapping(template.settings) ? template.settings : {};
  const index = isMapping(settings.index) ? settings.index : {};
  const lifecycle = settings.lifecycle ?? index.lifecycle;
  if (lifecycle === undefined) return copy;
  Reflect.deleteProperty(settings, "lifecycle");
  Reflect.deleteProperty(index, "lifecycle");
  const mappings = isMapping(template.mappings) ? template.mappings : {};
  template.mappings = { ...mappings, _meta: noted(mappings._meta, mapping(lifecycle)) };
  return copy;
}

/** The note out of mappings, back to where the settings would be. */
export function restore(holder: Record<string, unknown>): void {
  const { mappings } = holder;
  const _meta = at(mappings, "_meta");
  if (!isMapping(mappings) || !isMapping(_meta) || _meta[note] === undefined) return;
  const settings = isMapping(holder.settings) ? holder.settings : {};
  const index = isMapping(settings.index) ? settings.index : {};
  holder.settings = { ...settings, index: { ...index, lifecycle: _meta[note] } };
  Reflect.deleteProperty(_meta, note);
  if (Object.keys(_meta).length === 0) Reflect.deleteProperty(mappings, "_meta");
}
