#!/bin/bash
# Entrypoint of the sandbox's image of Elasticsearch. Its one difference in what is started is said on the first line.
set -euo pipefail

settings=${ES_PATH_CONF:-/usr/share/elasticsearch/config}/elasticsearch.yml
wanted=65535
allowed=$(ulimit -Hn)

# A node that may form a cluster refuses to start with fewer files; one that is alone by its settings does not care.
if [[ $allowed != unlimited && $allowed -lt $wanted ]] && ! grep -Eq '^discovery.seed_hosts: *([^[ ]|\[ *[^] ])|^discovery.seed_hosts: *$' "$settings"; then
  echo "Sandbox: this machine allows $allowed open files, and Elasticsearch wants $wanted of a node that may form a cluster. So discovery.type is set to single-node, and cluster.initial_master_nodes is left out; the vendor's image does neither."
  kept=()
  inside=
  while IFS= read -r line || [[ -n $line ]]; do
    if [[ $line == cluster.initial_master_nodes:* ]]; then
      inside=yes
      continue
    fi
    [[ -n $inside && $line =~ ^[[:space:]]*- ]] && continue
    inside=
    [[ $line == discovery.type:* ]] || kept+=("$line")
  done < "$settings"
  printf '%s\n' "${kept[@]}" "discovery.type: single-node" > "$settings"
fi

[[ ${1:-eswrapper} == eswrapper ]] && exec /usr/share/elasticsearch/bin/elasticsearch
exec "$@"
