"""The benchmark of the service against its peers, in one interleaved run."""
