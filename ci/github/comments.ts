/** Where comments are written. */
export interface Repository {
  /** Address of GitHub's API. */
  readonly api: string;
  /** `owner/name` */
  readonly name: string;
  readonly token: string;
}

interface Comment {
  readonly id: number;
  readonly body?: string | null;
  readonly user?: { readonly login: string; readonly type: string } | null;
}

/** Who a workflow's own token writes as. */
const author = "github-actions[bot]";
const pageSize = 100;
/** More comments than a pull request has; an end all the same, should the API not tell one. */
const mostPages = 50;

/**
 * Writes a comment on a pull request, over the one of an earlier run where there is one.
 * @param marker first line of the comment
 * @param body the comment, which begins with the marker
 */
export async function upsertComment(
  repository: Repository,
  pullRequest: number,
  marker: string,
  body: string,
): Promise<"created" | "updated"> {
  const earlier = await findComment(repository, pullRequest, marker);
  if (earlier === undefined) {
    await call(repository, "POST", `issues/${pullRequest}/comments`, { body });
    return "created";
  }
  await call(repository, "PATCH", `issues/comments/${earlier}`, { body });
  return "updated";
}

/** Only a comment of our own: anyone can write the marker. */
async function findComment(
  repository: Repository,
  pullRequest: number,
  marker: string,
): Promise<number | undefined> {
  for (let page = 1; page <= mostPages; page += 1) {
    const query = `issues/${pullRequest}/comments?per_page=${pageSize}&page=${page}`;
    const comments = (await call(repository, "GET", query)) as readonly Comment[];
    const found = comments.find(
      ({ user, body }) => user?.login === author && user.type === "Bot" && (body ?? "").startsWith(marker),
    );
    if (found) return found.id;
    if (comments.length < pageSize) return undefined;
  }
  return undefined;
}

async function call(
  repository: Repository,
  method: string,
  path: string,
  content?: object,
): Promise<unknown> {
  const response = await fetch(`${repository.api}/repos/${repository.name}/${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${repository.token}`,
      "content-type": "application/json",
      "x-github-api-version": "2022-11-28",
    },
    ...(content && { body: JSON.stringify(content) }),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) {
    throw new Error(`GitHub answers ${method} ${path} with ${response.status}: ${await response.text()}`);
  }
  return response.json();
}
