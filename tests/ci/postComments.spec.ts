// Comments through GitHub's API, played here by a server on loopback with the answers that its documentation has.
import assert from "node:assert/strict";
import { once } from "node:events";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { upsertComment, type Repository } from "../../ci/github/comments";
import { commentOf, withoutReport } from "../../ci/postComments";
import { marker } from "../../ci/previewComment";

interface Stored {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string; readonly type: string };
}

const bot = { login: "github-actions[bot]", type: "Bot" };
const person = { login: "someone", type: "User" };

describe("upsertComment", () => {
  let comments: Stored[] = [];
  let requests: string[] = [];
  let refuse = false;
  let server: http.Server;
  let repository: Repository;

  before(async () => {
    server = http.createServer((request, response) => {
      void answer(request).then(([code, content]) => {
        response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(content));
      });
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    repository = { api: `http://127.0.0.1:${port}`, name: "nova/tracing", token: "token" };
  });

  after(() => {
    server.closeAllConnections();
    server.close();
  });

  beforeEach(() => {
    comments = [];
    requests = [];
    refuse = false;
  });

  async function answer(request: http.IncomingMessage): Promise<[number, unknown]> {
    const url = new URL(request.url ?? "", "http://localhost");
    requests.push(`${request.method ?? ""} ${url.pathname}${url.search}`);
    assert.equal(request.headers.authorization, "Bearer token");
    if (refuse) return [403, { message: "Resource not accessible by integration" }];
    if (request.method === "GET") {
      const [page, size] = [Number(url.searchParams.get("page")), Number(url.searchParams.get("per_page"))];
      return [200, comments.slice((page - 1) * size, page * size)];
    }
    const { body } = JSON.parse(await text(request)) as { body: string };
    if (request.method === "POST") {
      comments.push({ id: comments.length + 1, body, user: bot });
      return [201, comments.at(-1)];
    }
    const stored = comments.find(({ id }) => url.pathname.endsWith(`/issues/comments/${id}`));
    if (!stored) return [404, { message: "Not Found" }];
    stored.body = body;
    return [200, stored];
  }

  it("makes a comment, and brings that one up to date the next time", async () => {
    const mark = marker("dev");
    assert.equal(await upsertComment(repository, 7, mark, `${mark}\nfirst`), "created");
    assert.equal(await upsertComment(repository, 7, mark, `${mark}\nsecond`), "updated");
    assert.deepEqual(
      comments.map(({ body }) => body),
      [`${mark}\nsecond`],
    );
    assert.equal(requests[1], "POST /repos/nova/tracing/issues/7/comments");
  });

  it("keeps one comment for each stack", async () => {
    for (const stack of ["dev", "staging", "production", "dev"]) {
      await upsertComment(repository, 7, marker(stack), marker(stack));
    }
    assert.equal(comments.length, 3);
  });

  it("writes over no comment of a person, whatever it begins with", async () => {
    comments.push({ id: 1, body: `${marker("dev")} mine`, user: person });
    assert.equal(await upsertComment(repository, 7, marker("dev"), marker("dev")), "created");
    assert.equal(comments[0]?.body, `${marker("dev")} mine`);
  });

  it("finds its comment behind a hundred others", async () => {
    comments = Array.from({ length: 150 }, (_, index) => ({ id: index + 1, body: "talk", user: person }));
    comments.push({ id: 151, body: marker("dev"), user: bot });
    assert.equal(await upsertComment(repository, 7, marker("dev"), marker("dev")), "updated");
  });

  it("fails with GitHub's own words, and without the token", async () => {
    refuse = true;
    await assert.rejects(upsertComment(repository, 7, marker("dev"), "text"), (error: Error) => {
      assert.match(error.message, /403.*Resource not accessible/);
      assert.doesNotMatch(error.message, /Bearer/);
      return true;
    });
  });
});

describe("commentOf", () => {
  it("adds the commit and the way to the log, and leaves the marker first", () => {
    const comment = commentOf("dev", `${marker("dev")}\n### title\n`, "abc", "https://run");
    assert.ok(comment.startsWith(`${marker("dev")}\n### title\n`));
    assert.match(comment, /Commit abc · \[log of the run\]\(https:\/\/run\)/);
  });

  it("says that a preview left no report", () => {
    assert.match(commentOf("dev", undefined, "abc", "https://run"), /❌ Preview of `dev`: no report/);
    assert.ok(withoutReport("dev").startsWith(marker("dev")));
  });
});
