#!/bin/sh
# Runs once, when the container makes its database: write-ahead log that no Worker fetches is given up before the disk is full.
psql --username "$POSTGRES_USER" --command "ALTER SYSTEM SET max_slot_wal_keep_size = '8GB'"
