"""No connection can be opened, proven in a process of its own because the guard cannot be taken back."""

import subprocess
import sys

import pytest

ATTEMPTS = {
    "tcp": "import socket; socket.create_connection(('127.0.0.1', 9))",
    "udp": "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "tcp6": "import socket; socket.socket(socket.AF_INET6)",
    "name": "import socket; socket.getaddrinfo('example.invalid', 80)",
    "url": "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')",
    "raw": "import _socket; _socket.socket(2, 1)",
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_network_is_refused(attempt):
    code = f"from triage.guard import refuse_network; refuse_network()\n{attempt}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Sigap opens no connections" in done.stderr


def test_pipes_between_own_processes_stay():
    code = "from triage.guard import refuse_network; refuse_network()\nimport multiprocessing as m; a, b = m.Pipe(); a.send(1); print(b.recv())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"
