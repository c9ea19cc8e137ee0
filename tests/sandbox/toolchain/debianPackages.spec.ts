import assert from "node:assert/strict";
import { debianRelease, findDebianTree } from "../../../sandbox/toolchain/debianPackages";
import { entriesBelow, pathsBelow, useTemporaryFolder } from "../helpers/temporaryFolder";

const bookworm = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
`;

describe("toolchain/debianPackages", () => {
  const temporaryFolder = useTemporaryFolder();
  const cases: readonly (readonly [string, string, string | undefined])[] = [
    ["Debian 12", bookworm, "12"],
    ["Debian with a quoted ID", 'ID="debian"\nVERSION_ID=13\n', "13"],
    ["Ubuntu, which only is like Debian", 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n', undefined],
    ["Alpine", "ID=alpine\nVERSION_ID=3.20.0\n", undefined],
    ["a system that says nothing", "", undefined],
  ];
  for (const [what, osRelease, expected] of cases) {
    it(`sees ${expected ? `release ${expected}` : "no Debian"} in ${what}`, () => {
      assert.equal(debianRelease(osRelease), expected);
    });
  }

  it("knows Debian testing, which has no number yet, for a Debian", () => {
    const sid = bookworm
      .replace(/^VERSION(_ID)?=.*\n/gm, "")
      .replaceAll("12 (bookworm)", "forky/sid")
      .replaceAll("bookworm", "forky");
    assert.notEqual(debianRelease(sid), undefined);
  });

  it("finds no tree in an empty cache folder, and leaves it so", () => {
    assert.equal(findDebianTree(pathsBelow(temporaryFolder())), undefined);
    assert.deepEqual(entriesBelow(temporaryFolder()), []);
  });
});
