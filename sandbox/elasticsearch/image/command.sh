#!/bin/bash
# The archive has no commands of its own, only what all of them start.
export CLI_NAME=@name@ CLI_LIBS=@libraries@
exec bash "$(dirname "$0")/elasticsearch-cli" "$@"
