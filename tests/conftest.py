"""The tests read English, whatever the machine speaks; those about Chinese ask for it."""

import os

os.environ.pop("LANGUAGE", None)
os.environ.update(LC_ALL="C.UTF-8")
