/* eslint-disable @typescript-eslint/no-unsafe-member-access -- the cases break documents that no type describes */
import assert from "node:assert/strict";
import { parseImage } from "../../policy/artefacts/podTemplate";
import { imagePinned } from "../../policy/rules/imagePinned";
import { allows, refuses } from "./support/cases";
import { editContainer } from "./support/compliantStack";
import { unknownText } from "./support/evaluate";

const pod = { resource: "jaeger" };
const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

describe("kubernetes-image-require-pinned-tag", () => {
  const image = (value: unknown): ReturnType<typeof editContainer> =>
    editContainer((jaeger) => {
      jaeger.image = value;
    });

  allows(
    imagePinned,
    [
      "jaegertracing/jaeger:2.22.0",
      "localhost:5000/jaeger:v2.22.0-rc.1",
      "localhost:5000/jaeger:build-20260131",
      `jaeger@${digest}`,
      `jaeger:latest@${digest}`,
    ].map((value) => ({ ...pod, title: value, change: image(value) })),
  );

  refuses(imagePinned, [
    { ...pod, title: "no tag", change: image("jaegertracing/jaeger"), says: ["has no tag"] },
    {
      ...pod,
      title: "no tag behind a registry with a port",
      change: image("localhost:5000/jaeger"),
      says: ["has no tag"],
    },
    ...["latest", "Latest", "latest-1.2.3", "main", "stable", "edge", "v7", "24-alpine", "2.22"].map(
      (tag) => ({
        ...pod,
        title: `the tag ${tag}`,
        change: image(`jaegertracing/jaeger:${tag}`),
        says: ["a tag that moves"],
      }),
    ),
    { ...pod, title: "a digest that is none", change: image("jaeger@sha256:12"), says: ["no valid digest"] },
    { ...pod, title: "no image", change: image(undefined), says: ["image is missing"] },
    {
      ...pod,
      title: "an image that is unknown during preview",
      change: image(unknownText),
      says: ["unknown during preview"],
    },
    {
      ...pod,
      title: "the tag latest in a Patch",
      change: (resource) => {
        resource.type = "kubernetes:apps/v1:DeploymentPatch";
        image("jaegertracing/jaeger:latest")(resource);
      },
      says: ["DeploymentPatch", "a tag that moves"],
    },
  ]);

  it("takes the port of a registry for no tag", () => {
    assert.deepEqual(parseImage("localhost:5000/a/jaeger:1@sha256:x"), {
      repository: "localhost:5000/a/jaeger",
      basename: "jaeger",
      tag: "1",
      digest: "sha256:x",
    });
  });
});
