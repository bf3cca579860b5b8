# make run and make test do all the set-up a Debian or Ubuntu machine needs; see eng/setup.sh.
.PHONY: help run test prove-moves prove-backups doctor setup setup-tests manifest format clean
.DEFAULT_GOAL := help

help:
	@echo 'make run       start everything: PostgreSQL, Redis, migrations, Api, Worker (Ctrl-C ends it)'
	@echo 'make test      test against the same app'
	@echo 'make prove-moves  kill the mover of a tenant after each of its steps (4 minutes)'
	@echo 'make prove-backups  lose server and disks ten times at random moments, and compare (20 minutes)'
	@echo 'make doctor    say what this machine has and lacks'
	@echo 'make manifest  write aspire-manifest.json anew from the AppHost'
	@echo 'make format    format the code'
	@echo 'make clean     remove what builds left; the data under .data/ stay'

setup:
	@sh eng/setup.sh

setup-tests:
	@sh eng/setup.sh tests

run: setup
	@dotnet run --project AppHost

test: setup-tests
	@dotnet test Tests $(TEST_ARGS)

prove-moves: setup-tests
	@PROVE_MOVES=1 dotnet test Tests --filter FullyQualifiedName~PlaceKilledTests

prove-backups: setup-tests
	@PROVE_BACKUPS_ROUNDS=$${PROVE_BACKUPS_ROUNDS:-10} dotnet test Tests --filter FullyQualifiedName~Tests.Worker.Backups --logger "console;verbosity=detailed"

doctor:
	@sh eng/doctor

manifest:
	@dotnet run --project AppHost -- --publisher manifest --output-path $(CURDIR)/aspire-manifest.json

format:
	@dotnet format

clean:
	@find . -type d \( -name bin -o -name obj -o -name TestResults \) -not -path './.git/*' -not -path '*/node_modules/*' -prune -exec rm -rf {} +
	@rm -rf artifacts
