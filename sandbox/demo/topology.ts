/** One demo service: what it serves and what it is told of the others. */
export interface DemoService {
  readonly name: string;
  /** The protocol that it is called by, and its port. */
  readonly protocol: "http" | "grpc";
  readonly port: number;
  /** Where GET /healthz answers; a gRPC service has a port of its own for it. */
  readonly healthPort: number;
  /** Addresses of the services that it calls: the Services' names, in the same namespace. */
  readonly upstreams: Readonly<Record<string, string>>;
}

/** The four, in the order in which one login goes through them. */
export const demoServices: readonly DemoService[] = [
  {
    name: "auth-service",
    protocol: "http",
    port: 8080,
    healthPort: 8080,
    upstreams: { USER_SERVICE_ADDRESS: "user-service:50051" },
  },
  {
    name: "user-service",
    protocol: "grpc",
    port: 50_051,
    healthPort: 8081,
    upstreams: { CONTENT_SERVICE_URL: "http://content-service:8080" },
  },
  {
    name: "content-service",
    protocol: "http",
    port: 8080,
    healthPort: 8080,
    upstreams: { MESSAGING_SERVICE_ADDRESS: "messaging-service:50051" },
  },
  { name: "messaging-service", protocol: "grpc", port: 50_051, healthPort: 8081, upstreams: {} },
];
