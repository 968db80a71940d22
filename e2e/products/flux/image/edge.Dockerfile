ARG BASE
FROM ${BASE}
LABEL org.opencontainers.image.title="nginx in the place of Traefik"
COPY edge-entrypoint.sh /usr/local/bin/
COPY edge.conf /etc/nginx/edge.conf
EXPOSE 80 443
STOPSIGNAL SIGQUIT
ENTRYPOINT ["edge-entrypoint.sh"]
CMD ["nginx", "-c", "/etc/nginx/nginx.conf", "-g", "daemon off;"]
