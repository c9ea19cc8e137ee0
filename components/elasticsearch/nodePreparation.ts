/** Folders of the container that prepares a node; the pod's volumes are mounted there. */
export const preparationFolders = {
  /** Becomes the node's folder of settings. */
  prepared: "/prepared",
  /** The ConfigMap with settings and this program. */
  settings: "/prepare/settings",
  /** A file for each secret setting, by its name. */
  keystore: "/prepare/keystore",
  /** `ca.crt` of the certificate on port 9200. */
  authority: "/prepare/authority",
} as const;

/** Keys of the ConfigMap. */
export const preparationFiles = {
  program: "prepare.sh",
  settings: "elasticsearch.yml",
  firstFormation: "first-formation.yml",
} as const;

/**
 * The program that prepares a node's folder of settings at each start, because the image's own is read-only: the
 * image's files, our settings over them, and a keystore of the secret ones.
 *
 * Whether a cluster has formed is asked through the client Service, which leads to nodes that are ready and no others,
 * and a node is ready once it belongs to a cluster with a master. So any answer there, even a refusal, says that one
 * has formed, and no password is needed for the question. Only where nobody answers is the first formation set up; a
 * node whose disk already belongs to a cluster ignores that.
 *
 * @param url of the client Service
 */
export function preparationProgram(url: string): string {
  const { authority, keystore, prepared, settings } = preparationFolders;
  const { firstFormation, settings: main } = preparationFiles;
  return `#!/bin/bash
set -euo pipefail

cp -R /usr/share/elasticsearch/config/. ${prepared}/
cp ${settings}/${main} ${prepared}/${main}

answer=0
curl --silent --output /dev/null --cacert ${authority}/ca.crt --connect-timeout 5 --max-time 10 ${url}/ || answer=$?
case "$answer" in
  0) echo "A cluster has formed; joining it." ;;
  6 | 7 | 28)
    echo "No cluster answers; this node may take part in forming one."
    echo >> ${prepared}/${main}
    cat ${settings}/${firstFormation} >> ${prepared}/${main}
    ;;
  *)
    echo "Somebody answers at ${url}, but not as Elasticsearch with our certificate would: curl ends with $answer. Trying again."
    exit 1
    ;;
esac

export ES_PATH_CONF=${prepared}
rm -f ${prepared}/elasticsearch.keystore
elasticsearch=/usr/share/elasticsearch/bin
"$elasticsearch/elasticsearch-keystore" create
names=()
for file in ${keystore}/*; do names+=("$(basename "$file")"); done
for file in ${keystore}/*; do cat "$file"; echo; done |
  "$elasticsearch/elasticsearch-keystore" add --stdin --force "\${names[@]}"
echo "Prepared the settings and a keystore of: \${names[*]}"
`;
}
