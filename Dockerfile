# Node by its tag: whoever publishes an image pins both lines to a digest on release.
ARG NODE_IMAGE=node:24-bookworm-slim

# The package, as it is published.
FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build \
  && mkdir /opt/tieline \
  && tar -xz --strip-components=1 -C /opt/tieline -f "$(npm pack --silent --ignore-scripts)"

# What people add themselves where they need it: PostgreSQL, fleets, metrics, AWS KMS, a GitHub App.
# Nothing that only builds or tests; the versions are those of the lock file, which are tested.
FROM ${NODE_IMAGE} AS optional
WORKDIR /opt/tieline
COPY package.json package-lock.json .npmrc ./
RUN npm pkg set --json "dependencies=$(npm pkg get peerDependencies)" \
  && npm pkg delete devDependencies peerDependencies peerDependenciesMeta \
  && npm install --no-save --ignore-scripts --no-audit --no-fund \
  && test -d node_modules/pg-boss && test ! -d node_modules/vitest

FROM ${NODE_IMAGE}
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates git \
  && rm -rf /var/lib/apt/lists/* \
  && ln -s /opt/tieline/dist/bin/tieline.cjs /usr/local/bin/tieline \
  && install -d -o 10001 -g 10001 /var/lib/tieline
COPY --from=build /opt/tieline /opt/tieline
COPY --from=optional /opt/tieline/node_modules /opt/tieline/node_modules
COPY deploy/image /opt/tieline/image
# Written to are /var/lib/tieline and /tmp alone: the root may be read-only.
ENV HOME=/tmp
WORKDIR /var/lib/tieline
USER 10001:10001
# Where nothing listens, as with --once, nobody asks: such containers end by themselves.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tieline"]
CMD ["reconcile", "--root=/var/lib/tieline/config", "--follow=origin/main", "--listen=127.0.0.1:8080", "--log-format=json"]
