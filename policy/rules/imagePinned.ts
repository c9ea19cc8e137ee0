import { containers, parseImage, podTemplates } from "../artefacts/podTemplate";
import { type ResourceRule } from "../engine/rule";
import { at, show } from "../engine/snapshot";

/** What runs is what was reviewed. */
export const imagePinned: ResourceRule = {
  scope: "resource",
  name: "kubernetes-image-require-pinned-tag",
  description:
    "Every container image of the stack names a release: a digest, or a tag with a whole version (1.2.3) or a build in it; never latest, nor one that moves within a major or minor version.",
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
        } else if (!namesRelease(tag)) {
          yield `${where}: image ${show(image)} has a tag that moves from release to release. Write its version.`;
        }
      }
    }
  },
};

// Of the others, `7` and `7.15` move with each release below them.
function namesRelease(tag: string): boolean {
  return (/\d+\.\d+\.\d+/.test(tag) || /[0-9a-f]{7,}/.test(tag)) && !/latest/i.test(tag);
}
