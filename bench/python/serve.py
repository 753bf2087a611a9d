"""Runs an application under uvicorn in several processes until standard input ends: serve.py module:app port processes"""

import os
import signal
import socket
import sys
import threading

from uvicorn import Config, Server
from uvicorn.supervisors import Multiprocess


def end_with_parent():
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    app, port, processes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    config = Config(app, port=port, workers=processes, access_log=False, log_level="warning")
    listener = config.bind_socket()
    # With `uvicorn --workers` it is off, and a client that acknowledges late waits 40 ms for each answer.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=end_with_parent, daemon=True).start()
    Multiprocess(config, target=Server(config).run, sockets=[listener]).run()
