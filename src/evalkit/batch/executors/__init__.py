"""Who does the work of a run: this process, processes of this machine, or a cluster.

Imports run and everything below, most of it only when there is work.
"""
