# Node by its tag: whoever publishes an image pins both lines to a digest on release.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build

# What runs, and nothing that only builds or tests. pg-boss, through which several processes share
# their environments, is what people add themselves, so that npm leaves it out here as long as
# package.json lists it as such; its version is the one that is tested.
FROM ${NODE_IMAGE} AS production
WORKDIR /opt/tieline
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && version=$(node -p 'require("./package-lock.json").packages["node_modules/pg-boss"].version') \
  && npm pkg delete devDependencies peerDependencies peerDependenciesMeta \
  && npm install --no-save --ignore-scripts --no-audit --no-fund "pg-boss@$version" \
  && test -d node_modules/pg-boss && test ! -d node_modules/vitest

FROM ${NODE_IMAGE}
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates git \
  && rm -rf /var/lib/apt/lists/* \
  && ln -s /opt/tieline/dist/bin/tieline.cjs /usr/local/bin/tieline \
  && install -d -o 10001 -g 10001 /var/lib/tieline
COPY --from=production /opt/tieline /opt/tieline
COPY --from=build /src/dist /opt/tieline/dist
COPY schemas /opt/tieline/schemas
COPY docs/errors /opt/tieline/docs/errors
COPY docs/guides /opt/tieline/docs/guides
COPY LICENSE README.md SECURITY.md /opt/tieline/
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
