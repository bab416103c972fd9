import { podLayout, tablesPort } from './layout.ts';
import type { RunPlan } from './plan.ts';

/**
 * nginx's configuration: serves the archive as files, without root and without writing anywhere but /tmp. Where stellar-core has
 * the user of its image, which is root, nginx stays root too: it could read nothing else of the archive's.
 */
export const renderNginxConfig = (
  port: number,
  user?: RunPlan['user'],
): string => `# Serves the history archive of one node.
${user === 'image' ? 'user root;\n' : ''}daemon off;
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
  # The node's tables, for whoever saves what a run leaves behind.
  server {
    listen ${tablesPort};
    root ${podLayout.data};
  }
}
`;
