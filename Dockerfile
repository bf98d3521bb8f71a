# Turnpike, with the Claude Code that comes with the Agent SDK. docs/docker.md says how to run it.

FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY runtime runtime
COPY dashboard/package.json dashboard/package-lock.json dashboard/
# Our own script would bring a Node, which is there, and build the dashboard, whose sources are not.
RUN npm ci --ignore-scripts && node runtime/bring-packages.cjs dashboard
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY dashboard dashboard
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
# git: what turns change in a workspace. tini: takes care of what Claude's commands leave behind.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates git tini \
    && rm -rf /var/lib/apt/lists/*
# Whom files in mounted folders belong to on the host.
ARG UID=1000
ARG GID=1000
RUN groupmod --non-unique --gid "$GID" node \
    && usermod --non-unique --uid "$UID" --gid "$GID" node \
    && mkdir -p /data/home /data/claude /data/turnpike /workspace \
    && chown -R node:node /data /workspace
WORKDIR /app
COPY package.json LICENSE ./
COPY bin bin
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
RUN ln -s /app/bin/turnpike.cjs /usr/local/bin/turnpike \
    && ln -s /app/node_modules/@anthropic-ai/claude-agent-sdk-linux-*/claude /usr/local/bin/claude
# All that is written goes to /data, /workspace and /tmp: the rest may be read-only.
ENV NODE_ENV=production \
    HOME=/data/home \
    CLAUDE_CONFIG_DIR=/data/claude \
    TURNPIKE_DATA_DIR=/data/turnpike \
    TURNPIKE_WORKSPACE=/workspace \
    TURNPIKE_HOST=0.0.0.0 \
    TURNPIKE_SUPERVISED=1
USER node
WORKDIR /workspace
VOLUME ["/data"]
EXPOSE 4141
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["turnpike", "health"]
ENTRYPOINT ["tini", "--", "turnpike"]
