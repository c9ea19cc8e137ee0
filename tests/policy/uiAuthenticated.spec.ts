/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access -- the cases break documents that no type describes */
import { uiAuthenticated } from "../../policy/rules/uiAuthenticated";
import { allows, refuses } from "./support/cases";
import { editPod } from "./support/compliantStack";
import { type Declared, type Loose } from "./support/evaluate";

function proxy(change: (container: Loose) => void): (resource: Declared) => void {
  return editPod((spec) => {
    change(spec.containers[1]);
  });
}

function more(...args: string[]): (resource: Declared) => void {
  return proxy((container) => {
    container.args.push(...args);
  });
}

function without(flag: string): (resource: Declared) => void {
  return proxy((container) => {
    container.args = container.args.filter((word: string) => !word.startsWith(flag));
  });
}

describe("jaeger-ui-require-authentication", () => {
  const production = { stack: "production" as const, resource: "jaeger-query" };
  const staging = { stack: "staging" as const, resource: "jaeger-query" };

  allows(uiAuthenticated, [
    { title: "no proxy in dev", resource: "jaeger", change: () => undefined },
    { ...production, title: "a proxy that signs people in at an identity provider", change: () => undefined },
    { ...staging, title: "a proxy with password users", change: () => undefined },
    {
      ...staging,
      title: "an init container that ends before jaeger-query starts",
      change: editPod((spec) => {
        spec.initContainers = [{ name: "wait", image: "node:24.11.1-alpine" }];
      }),
    },
    {
      ...staging,
      title: "a later release of the proxy",
      change: proxy((container) => (container.image = "quay.io/oauth2-proxy/oauth2-proxy:v7.16.0-alpine")),
    },
    {
      ...production,
      title: "a program's user beside single sign-on, without a form for people",
      change: more("--htpasswd-file=/etc/users", "--display-htpasswd-form=false"),
    },
    {
      ...production,
      title: "a setting that is switched off by name",
      change: more("--skip-jwt-bearer-tokens=false"),
    },
    {
      ...production,
      title: "groups beside the domain, in one of which the program's user is counted",
      change: more("--allowed-group=readers", "--allowed-group=On call", "--htpasswd-user-group=readers"),
    },
  ]);

  const forwarder = { name: "forwarder", image: "alpine/socat:1.8.0.3" };
  refuses(uiAuthenticated, [
    ...(["staging", "production"] as const).flatMap((stack) => [
      {
        stack,
        resource: "jaeger-query",
        title: `a third container in ${stack}, which reaches the loopback too`,
        change: editPod((spec) => void spec.containers.push(forwarder)),
        says: ["forwarder", "reaches it without a login"],
      },
      {
        stack,
        resource: "jaeger-query",
        title: `an init container in ${stack} that stays`,
        change: editPod((spec) => {
          spec.initContainers = [{ ...forwarder, restartPolicy: "Always" }];
        }),
        says: ["forwarder", "reaches it without a login"],
      },
      {
        stack,
        resource: "jaeger-query",
        title: `settings from a ConfigMap in ${stack}`,
        change: proxy((container) => (container.envFrom = [{ configMapRef: { name: "settings" } }])),
        says: ["envFrom"],
      },
      ...["v7.15.1", "v7.9.0", "v6.99.0", "latest", "v8"].map((tag) => ({
        stack,
        resource: "jaeger-query",
        title: `the proxy's tag ${tag} in ${stack}`,
        change: proxy((container) => (container.image = `quay.io/oauth2-proxy/oauth2-proxy:${tag}`)),
        says: [tag, "7.15.2 or later"],
      })),
      {
        stack,
        resource: "jaeger-query",
        title: `addresses of e-mail in a file in ${stack}`,
        change: more("--authenticated-emails-file=/etc/people"),
        says: ["authenticated-emails-file"],
      },
    ]),
    ...["--email-domain=*", "--email-domain=nova.com"].map((flag) => ({
      ...staging,
      title: `${flag} beside password users`,
      change: more(flag),
      says: ["email-domain", "beside those who have a password"],
    })),
    {
      ...staging,
      title: "domains in a variable beside password users",
      change: proxy((container) => {
        container.env = [{ name: "OAUTH2_PROXY_EMAIL_DOMAINS", value: "*" }];
      }),
      says: ["email-domain", "beside those who have a password"],
    },
    {
      ...production,
      title: "a Service that leads to jaeger-query itself",
      change: editPod((spec) => {
        spec.containers[0].ports.push({ name: "proxy", containerPort: 16686 });
        spec.containers[1].ports = [];
      }),
      says: ["leads to", '"jaeger" itself'],
    },
    {
      ...production,
      title: "a port that no container names",
      change: proxy((container) => {
        container.ports = [];
      }),
      says: ["belongs to 0 containers"],
    },
    {
      ...production,
      title: "a proxy of another kind",
      change: proxy((container) => {
        container.image = "nginx:1.29.0";
      }),
      says: ["nginx:1.29.0", "not oauth2-proxy"],
    },
    ...[
      "--skip-auth-route=^/api",
      "--skip-auth-regex=.*",
      "--skip-auth-preflight",
      "--trusted-ip=0.0.0.0/0",
      "--api-route=^/",
    ].map((flag) => ({
      ...production,
      title: `the argument ${flag}`,
      change: more(flag),
      says: ["lets requests past the proxy"],
    })),
    {
      ...production,
      title: "the same setting in a variable",
      change: proxy((container) => {
        container.env = [{ name: "OAUTH2_PROXY_SKIP_AUTH_ROUTES", value: ".*" }];
      }),
      says: ["skip-auth-routes", "lets requests past the proxy"],
    },
    ...[
      "--insecure-oidc-skip-nonce",
      "--insecure-oidc-allow-unverified-email=true",
      "--ssl-insecure-skip-verify",
    ].map((flag) => ({
      ...production,
      title: `the argument ${flag}`,
      change: more(flag),
      says: ["takes the identity provider's word without checking it"],
    })),
    {
      ...staging,
      title: "sessions that travel in clear",
      change: more("--cookie-secure=false"),
      says: ["cookie-secure is", "in clear"],
    },
    ...["--allowed-group=", "--allowed-group=readers,", '--allowed-group=""'].map((flag) => ({
      ...production,
      title: `a group without a name, ${flag}`,
      change: more("--allowed-group=readers", flag),
      says: ["allowed-group has no name"],
    })),
    {
      ...production,
      title: "groups without a name in a variable",
      change: proxy((container) => {
        container.env = [{ name: "OAUTH2_PROXY_ALLOWED_GROUPS", value: "" }];
      }),
      says: ["allowed-group has no name"],
    },
    ...["--email-domain=*", "--email-domain=example.org,*", "--email-domain=."].map((flag) => ({
      ...production,
      title: `every domain, ${flag}`,
      change: more(flag),
      says: ["email-domain is", "name each domain"],
    })),
    {
      ...production,
      title: "every domain, in a variable",
      change: proxy((container) => {
        container.env = [{ name: "OAUTH2_PROXY_EMAIL_DOMAINS", value: "*" }];
      }),
      says: ["email-domain is"],
    },
    {
      ...production,
      title: "no domain at all",
      change: without("--email-domain"),
      says: ["email-domain is", "name each domain"],
    },
    {
      ...production,
      title: "settings from a file",
      change: more("--config=/etc/proxy.cfg"),
      says: ["a file that is not judged"],
    },
    {
      ...production,
      title: "a second upstream",
      change: more("--upstream=http://other:80"),
      says: ["its upstream is"],
    },
    { ...production, title: "no upstream", change: without("--upstream"), says: ["its upstream is"] },
    {
      ...production,
      title: "no identity provider",
      change: without("--oidc-issuer-url"),
      says: ["oidc-issuer-url is missing"],
    },
    {
      ...production,
      title: "password users beside single sign-on, with the form that is there by default",
      change: more("--htpasswd-file=/etc/users"),
      says: ["htpasswd-file without display-htpasswd-form=false", "past single sign-on"],
    },
    {
      ...production,
      title: "password users beside single sign-on, with a form",
      change: more("--htpasswd-file=/etc/users", "--display-htpasswd-form=true"),
      says: ["htpasswd-file without display-htpasswd-form=false"],
    },
    {
      ...production,
      title: "the form switched off and on again",
      change: more("--htpasswd-file=/etc/users", "--display-htpasswd-form=false", "--display-htpasswd-form"),
      says: ["htpasswd-file without display-htpasswd-form=false"],
    },
    {
      ...production,
      title: "the form in a variable",
      change: proxy((container) => {
        container.args.push("--htpasswd-file=/etc/users", "--display-htpasswd-form=false");
        container.env = [{ name: "OAUTH2_PROXY_DISPLAY_HTPASSWD_FORM", value: "true" }];
      }),
      says: ["htpasswd-file without display-htpasswd-form=false"],
    },
    {
      ...staging,
      title: "no users in staging",
      change: without("--htpasswd-file"),
      says: ["htpasswd-file is missing"],
    },
    {
      ...production,
      title: "an unknown stack",
      change: () => undefined,
      options: { stack: "qa" },
      says: ["cannot be judged"],
    },
  ]);
});
