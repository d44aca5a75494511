"""Clients in Java and in Go, made by openapi-generator."""

import shutil
from pathlib import Path

import pytest
from calls import HERE, CheckCalls, Run, go, tool

GENERATOR = "org.openapitools:openapi-generator-cli:7.25.0"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
# Of the client alone: neither its documents nor its tests.
PARTS = "apis,models,supportingFiles,modelDocs=false,apiDocs=false,modelTests=false,apiTests=false"


@pytest.fixture
def generate(description: Path, run: Run, tmp_path: Path) -> Run:
    maven, java = tool("mvn"), tool("java")
    run(maven, "-q", "-B", COPY, f"-Dartifact={GENERATOR}", f"-DoutputDirectory={tmp_path}", "-Dmdep.stripVersion")
    command = [java, "-jar", tmp_path / "openapi-generator-cli.jar", "generate", "-i", description]
    return lambda language: run(*command, "-g", language, "-o", tmp_path / language, "--global-property", PARTS)


def test_every_operation(
    generate: Run, arguments: list[str], run: Run, check_calls: CheckCalls, tmp_path: Path
) -> None:
    tool("javac")
    generate("java")
    client = tmp_path / "java"
    shutil.copy(HERE / "java/Drive.java", client / "src/main/java")
    run(tool("mvn"), "-q", "-B", "compile", "dependency:build-classpath", "-Dmdep.outputFile=libraries", cwd=client)
    libraries = (client / "libraries").read_text()
    check_calls(run(tool("java"), "-cp", f"target/classes:{libraries}", "Drive", *arguments, cwd=client))


def test_its_go_client_compiles(generate: Run, run: Run, tmp_path: Path) -> None:
    generate("go")
    run(go(), "vet", "./...", cwd=tmp_path / "go")
