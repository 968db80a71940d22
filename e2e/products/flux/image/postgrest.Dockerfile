ARG BASE
FROM ${BASE}
LABEL org.opencontainers.image.title="a stand-in for PostgREST"
USER nextjs
EXPOSE 3000
CMD ["node", "postgrest/main.js"]
