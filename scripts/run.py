"""Serve the product from this folder: database, demo programme the first time, gunicorn, address.

Run by `make run`, after `make setup`. Every value set here can be overridden from the environment or `.env`.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

import environ

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60


def main() -> int:
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    environ.Env.read_env(ROOT / ".env")
    os.environ.setdefault("DEMO", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "futurefit.settings")
    host = os.environ.get("HOST", "127.0.0.1")
    port = os.environ.get("PORT", "8000")
    if complaint := why_not_listen(host, port):
        print(complaint, file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, stop_before_serving)
    signal.signal(signal.SIGINT, stop_before_serving)
    prepare_database()
    return serve(host, port)


def why_not_listen(host: str, port: str) -> str:
    """Why this address cannot be served on, or nothing; asked first, before minutes are spent."""
    if not port.isdecimal() or not 0 < int(port) < 65536:
        return f"PORT is {port!r}; it must be a number from 1 to 65535."
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return (
            f"Cannot serve on {host} port {port}: {error.strerror}. "
            "Stop the program that uses it, or choose another: make run PORT=8001"
        )
    return ""


def prepare_database() -> None:
    import django

    django.setup()
    from django.apps import apps
    from django.core.management import call_command
    from django.db import OperationalError, connections

    (ROOT / "var").mkdir(exist_ok=True)
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        sys.exit(f"The database cannot be used: {error}".strip())
    if not apps.get_model("projects", "Programme").objects.exists():
        print("Setting up the demo programme ...", flush=True)
        call_command("demo")
    connections.close_all()


def serve(host: str, port: str) -> int:
    """Run gunicorn until it ends or we are told to stop; 0 when we were told."""
    bound = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "futurefit.wsgi", "--bind", bound, "--no-control-socket"]
        + ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--graceful-timeout", "5", "--preload"]
        + ["--log-level", "warning"]
    )
    told_to_stop = False

    def stop(signum: int, frame: FrameType | None) -> None:
        nonlocal told_to_stop
        told_to_stop = True
        server.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if wait_until_it_answers(server, host, port):
        announce(host, port)
    status = server.wait()
    if told_to_stop:
        print("\nStopped.", flush=True)
        return 0
    return status or 1


def wait_until_it_answers(server: subprocess.Popen, host: str, port: str) -> bool:
    asked = f"http://{reachable(host)}:{port}/readyz"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < until:
        try:
            with opener.open(asked, timeout=5):
                return True
        except urllib.error.HTTPError as error:
            print(error.read().decode(errors="replace"), file=sys.stderr)
            return False
        except OSError:
            time.sleep(0.05)
    return False


def announce(host: str, port: str) -> None:
    print(f"\nFutureFit is on http://{reachable(host)}:{port}/", flush=True)
    if os.environ["DEMO"] not in ("0", "false", "no", "off", ""):
        print(
            "Sign in with one click as any of the posts that the page offers, or by e-mail, for example\n"
            "finance@demo.futurefit.example, password futurefit-demo.",
            flush=True,
        )
    print("Ctrl-C stops it.\n", flush=True)


def reachable(host: str) -> str:
    if host in ("0.0.0.0", "::"):
        return "localhost"
    return f"[{host}]" if ":" in host else host


def stop_before_serving(signum: int, frame: FrameType | None) -> None:
    sys.exit(128 + signum)


if __name__ == "__main__":
    sys.exit(main())
