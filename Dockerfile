# One image for every program: its argument is `stage`, `server` or `operator`. The programs are bundled (scripts/build.ts), so
# the image is the base image and one small layer.

# Other base images: any with Node.js 22.19 or later, such as gcr.io/distroless/nodejs24-debian12 to run. No shell is needed.
ARG NODE_IMAGE=
ARG RUNTIME_IMAGE=${NODE_IMAGE}

# The default base images, one for each platform. Dependabot updates literal FROM lines only, no arguments. Builders skip a
# stage that is not used.
FROM --platform=${BUILDPLATFORM} docker.io/library/node:24-bookworm-slim@sha256:d6aa754f16b3197301076f047b5def2f02ea1dbbc2ca920407d46d7ec7f87b20 AS default-node
FROM docker.io/library/node:24-bookworm-slim@sha256:d6aa754f16b3197301076f047b5def2f02ea1dbbc2ca920407d46d7ec7f87b20 AS default-runtime

# Builds on the machine's own platform: the bundles are the same for all platforms.
FROM --platform=${BUILDPLATFORM} ${NODE_IMAGE:-default-node} AS build
WORKDIR /bellwether
COPY package.json package-lock.json ./
# Install scripts would only download another Node.js.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY cmd cmd
COPY src src
COPY scripts scripts
RUN node scripts/build.ts /bellwether/dist

FROM ${RUNTIME_IMAGE:-default-runtime}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Bellwether" \
      org.opencontainers.image.description="Trains, proves and serves models of a stock's next day" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# The folders of Node.js in the official and in the distroless images.
ENV PATH=/usr/local/bin:/usr/bin:/bin:/nodejs/bin NODE_ENV=production
COPY --from=build /bellwether/dist /bellwether
WORKDIR /bellwether
USER 1000:1000
ENTRYPOINT ["node", "/bellwether/bellwether.js"]
