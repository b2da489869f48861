"""The same comparison on kernels that this machine does not run.

    python -m tests.proof.kernels [--steps N] [--seed S]

1. ``report``   compare model and kernel; a line of JSON says what came of it
2. ``guest``    the first process of a booted kernel: it reports, and ends it
3. ``packages`` the kernels that Debian ships
4. ``initrd``   Python and the model, as the files of a small system
5. ``console``  what a machine prints, read until it has reported
6. ``boot``     a kernel under qemu
7. ``table``    what ``docs/data/kernels.json`` says

Only ``report`` and ``guest`` run in the booted kernel; they need the standard
library and the package.
"""
