#!/bin/sh
# Adds an EF Core migration to Data/Migrations from the difference between the model and the last migration:
#   eng/add-migration.sh NAME          writes the migration; then put its policies and functions in by hand
#   eng/add-migration.sh --check       fails when the model has changes that no migration carries
#   eng/add-migration.sh --remove      takes the last migration away again
set -eu
cd "$(dirname "$0")/.."
if [ $# -ne 1 ]; then
    sed -n 's/^# \{0,1\}//p' "$0" | sed 1d >&2
    exit 2
fi

# MSBuild reads it from the environment: Data/DesignTime.targets brings in what dotnet-ef needs.
export WithDesign=true
dotnet tool restore > /dev/null
case $1 in
    --check) dotnet ef migrations has-pending-model-changes --project Data ;;
    --remove) dotnet ef migrations remove --force --project Data ;;
    -*) echo "unknown option: $1" >&2; exit 2 ;;
    *) dotnet ef migrations add "$1" --project Data --output-dir Migrations ;;
esac

# dotnet-ef writes byte order marks; .editorconfig asks for none.
sed -i.bom '1s/^\xEF\xBB\xBF//' Data/Migrations/*.cs
rm -f Data/Migrations/*.bom
