/** Where a demo service listens and what it calls. Tracing has its own variables, from the service's ConfigMap. */
export interface Settings {
  /** The address to listen on. `LISTEN_HOST`, default all. */
  readonly host: string;
  /** `HTTP_PORT`, default 8080. */
  readonly httpPort: number;
  /** `GRPC_PORT`, default 50051. */
  readonly grpcPort: number;
  /** Health over HTTP for the services that speak gRPC only. `HEALTH_PORT`, default 8081. */
  readonly healthPort: number;
  /** host:port. `USER_SERVICE_ADDRESS`, default user-service:50051. */
  readonly userService: string;
  /** `CONTENT_SERVICE_URL`, default http://content-service:8080. */
  readonly contentService: string;
  /** host:port. `MESSAGING_SERVICE_ADDRESS`, default messaging-service:50051. */
  readonly messagingService: string;
}

export function readSettings(env: Readonly<Record<string, string | undefined>> = process.env): Settings {
  const port = (variable: string, usual: number): number => {
    const value = Number(env[variable] ?? usual);
    if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
    process.stderr.write(
      `${variable}=${env[variable] ?? ""}: allowed is a port from 0 to 65535; write ${usual}.\n`,
    );
    process.exit(1);
  };
  return {
    host: env["LISTEN_HOST"] ?? "0.0.0.0",
    httpPort: port("HTTP_PORT", 8080),
    grpcPort: port("GRPC_PORT", 50_051),
    healthPort: port("HEALTH_PORT", 8081),
    userService: env["USER_SERVICE_ADDRESS"] ?? "user-service:50051",
    contentService: env["CONTENT_SERVICE_URL"] ?? "http://content-service:8080",
    messagingService: env["MESSAGING_SERVICE_ADDRESS"] ?? "messaging-service:50051",
  };
}
