"""A real WebDAV server on a port of its own: nginx with its DAV modules, for USER, over a temporary directory."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.publish import servers

_MODULE = Path("/usr/lib/nginx/modules/ngx_http_dav_ext_module.so")
_DIRECTORIES = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True, slots=True)
class WebDav:
    """Where the server is, and what it serves: anyone may read what is below `open/`, below `plain/` are no locks."""

    url: str
    directory: Path


@contextlib.contextmanager
def serving(directory: Path) -> Iterator[WebDav]:
    """The server while the block runs; without nginx and its module the test is skipped."""
    nginx, htpasswd = servers.program("nginx"), servers.program("htpasswd")
    if not _MODULE.exists():
        pytest.skip("libnginx-mod-http-dav-ext is not installed")
    password = servers.PASSWORD.encode()
    subprocess.run(
        [htpasswd, "-ic", directory / "htpasswd", servers.USER], input=password, check=True, capture_output=True
    )
    for name in ("www", "www/open", "www/plain"):
        (directory / name).mkdir()
    port = servers.free_port()
    (directory / "nginx.conf").write_text(_configuration(directory, port), encoding="utf-8")
    command = [nginx, "-p", str(directory), "-c", str(directory / "nginx.conf"), "-e", "stderr"]
    with servers.running(command, port, directory / "log"):
        yield WebDav(f"http://{servers.HOST}:{port}", directory / "www")


def _configuration(directory: Path, port: int) -> str:
    temporary = "".join(f"  {name}_temp_path {directory}/{name};\n" for name in _DIRECTORIES)
    user = "user root;\n" if os.geteuid() == 0 else ""
    return f"""{user}load_module {_MODULE};
daemon off;
pid {directory}/pid;
worker_processes 2;
events {{ worker_connections 512; }}
http {{
{temporary}  access_log {directory}/access;
  client_max_body_size 100m;
  default_type application/octet-stream;
  dav_ext_lock_zone zone=locks:1m;
  server {{
    listen {servers.HOST}:{port};
    root {directory}/www;
    auth_basic charts;
    auth_basic_user_file {directory}/htpasswd;
    dav_methods PUT DELETE MKCOL;
    create_full_put_path on;
    location / {{ dav_ext_methods PROPFIND OPTIONS LOCK UNLOCK; dav_ext_lock zone=locks; }}
    location /open/ {{
      dav_ext_methods PROPFIND OPTIONS LOCK UNLOCK; dav_ext_lock zone=locks;
      limit_except GET {{ auth_basic charts; auth_basic_user_file {directory}/htpasswd; }}
      auth_basic off;
    }}
    location /plain/ {{ dav_ext_methods PROPFIND OPTIONS; }}
  }}
}}
"""
