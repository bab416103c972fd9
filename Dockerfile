# ssc as an image, for missions that are driven from inside of a cluster: see docs/access.md. Everything that it needs is in
# what is built here: nothing is installed beside it.
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY . .
RUN ./ssc --version

FROM node:24-bookworm-slim
COPY --from=build /src/apps/ssc-cli/package.json /opt/ssc/package.json
COPY --from=build /src/apps/ssc-cli/bin /opt/ssc/bin
COPY --from=build /src/apps/ssc-cli/dist /opt/ssc/dist
RUN ln -s /opt/ssc/bin/ssc.js /usr/local/bin/ssc
USER 10001:10001
WORKDIR /ssc
ENTRYPOINT ["ssc"]
