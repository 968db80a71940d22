# Everything that Flux's own services need, of whatever version; what differs is in `build.json`.
ARG BASE
ARG ROOT
FROM ${BASE} AS packages

FROM ${ROOT}
# The user and the group of the product's image, by its ids.
RUN groupadd --gid 1001 nodejs && useradd --uid 1001 --gid nodejs --no-create-home nextjs \
  && mkdir -p /srv/flux /app
ENV NODE_ENV=production PATH=/usr/lib/postgresql/17/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
COPY --from=packages /app/node_modules /app/node_modules
COPY package.json /app/
COPY common /app/common
COPY web /app/web
COPY gateway /app/gateway
COPY postgrest /app/postgrest
WORKDIR /app
