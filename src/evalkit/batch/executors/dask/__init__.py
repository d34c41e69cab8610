"""Reports built on the workers of a Dask cluster: all else is done on this machine.

Only `client` knows Dask, and only when one is made: a worker calls `worker`, by its name.
"""
