export { startApiServer, type ApiServer, type ApiServerSettings } from "../../sandbox/node/emptyApiServer";
