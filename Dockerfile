# One image for every program: `stage`, `server` and `operator` are its arguments. What runs is bundled (scripts/build.ts),
# so the image is the runtime's base and one small layer. Any base with Node 22.19 or later will do, such as
# gcr.io/distroless/nodejs24-debian12: no shell is needed.
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim
ARG RUNTIME_IMAGE=${NODE_IMAGE}

# On the machine's own platform, whichever the image is for: the bundles are the same on all.
FROM --platform=${BUILDPLATFORM} ${NODE_IMAGE} AS build
WORKDIR /bellwether
COPY package.json package-lock.json ./
# Scripts would only fetch another Node.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY cmd cmd
COPY src src
COPY scripts scripts
RUN node scripts/build.ts /bellwether/dist

FROM ${RUNTIME_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Bellwether" \
      org.opencontainers.image.description="Trains, proves and serves models of a stock's next day" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# Where the official images and the distroless ones have Node.
ENV PATH=/usr/local/bin:/usr/bin:/bin:/nodejs/bin NODE_ENV=production
COPY --from=build /bellwether/dist /bellwether
WORKDIR /bellwether
USER 1000:1000
ENTRYPOINT ["node", "/bellwether/bellwether.js"]
