#!/bin/sh
# Runs once, when the container makes its database: "all" in pg_hba.conf does not cover replication connections.
# The role itself is made by the MigrationService.
echo "host replication app_backup all scram-sha-256" >>"$PGDATA/pg_hba.conf"
