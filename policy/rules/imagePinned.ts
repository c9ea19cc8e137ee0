import { containers, parseImage, podTemplates } from "../artefacts/podTemplate";
import { type ResourceRule } from "../engine/rule";
import { at, show } from "../engine/snapshot";

/** What runs is what was reviewed. */
export const imagePinned: ResourceRule = {
  scope: "resource",
  name: "kubernetes-image-require-pinned-tag",
  description:
    "Every container image of the stack names a release: a digest, or a tag with a version in it; never latest.",
  severity: "medium",
  remediationSteps:
    "Write the version into the image, for example jaegertracing/jaeger:2.22.0, or pin its digest.",
  *judge(resource) {
    for (const template of podTemplates(resource)) {
      for (const container of containers(template)) {
        const image = at(container.spec, "image");
        const where = `${resource.title}, ${container.title}`;
        if (typeof image !== "string" || image === "") {
          yield `${where}: image is ${show(image)}. Write the image with its version.`;
          continue;
        }
        const { tag, digest } = parseImage(image);
        if (digest !== undefined) {
          if (/^sha256:[0-9a-f]{64}$/.test(digest)) continue;
          yield `${where}: image ${show(image)} has no valid digest. Write sha256: and 64 hexadecimal digits.`;
        } else if (tag === undefined) {
          yield `${where}: image ${show(image)} has no tag, which means latest. Write its version.`;
        } else if (!/\d/.test(tag) || /latest/i.test(tag)) {
          yield `${where}: image ${show(image)} has a tag that moves from release to release. Write its version.`;
        }
      }
    }
  },
};
