import { podLayout } from './plan.ts';

/** nginx's configuration: serves the archive as files, without root and without writing anywhere but /tmp. */
export const renderNginxConfig = (
  port: number,
): string => `# Serves the history archive of one node.
daemon off;
worker_processes 1;
pid /tmp/nginx.pid;
error_log stderr warn;
events {}
http {
  access_log off;
  default_type application/octet-stream;
  client_body_temp_path /tmp/nginx-body;
  proxy_temp_path /tmp/nginx-proxy;
  fastcgi_temp_path /tmp/nginx-fastcgi;
  uwsgi_temp_path /tmp/nginx-uwsgi;
  scgi_temp_path /tmp/nginx-scgi;
  server {
    listen ${port};
    root ${podLayout.history};
    autoindex on;
  }
}
`;
