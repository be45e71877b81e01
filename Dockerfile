# syntax=docker/dockerfile:1

# The package as it is published, made from this checkout, and its dependencies as the lock file has them.
FROM node:24-slim AS package
WORKDIR /checkout
COPY . .
RUN npm ci --no-audit --no-fund \
 && npm pack --pack-destination /tmp \
 && npm ci --omit=dev --omit=optional --workspaces=false --no-audit --no-fund \
 && mkdir -p /opt/colloquy \
 && mv node_modules /opt/colloquy/ \
 && mkdir /opt/colloquy/node_modules/colloquy \
 && tar -xzf /tmp/colloquy-*.tgz -C /opt/colloquy/node_modules/colloquy --strip-components 1

FROM node:24-slim
COPY --from=package /opt/colloquy /opt/colloquy

# Only other machines call a container; `serve` still refuses to start if no platform is verified. The health check asks at
# COLLOQUY_PORT, so choose the port by it.
ENV NODE_ENV=production COLLOQUY_HOST=0.0.0.0 COLLOQUY_PORT=3000

# Applications, configuration and recorded calls are mounted here.
WORKDIR /applications
RUN chown node:node /applications
USER node

EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.COLLOQUY_PORT + '/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

# Node itself is the first process, so a stop reaches it and running turns end before it does.
ENTRYPOINT ["node", "/opt/colloquy/node_modules/colloquy/bin/colloquy.js"]
CMD ["--help"]
