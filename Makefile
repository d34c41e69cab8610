# Everything runs in .venv, which tools/setup.sh makes from requirements.lock.
# `make PYTHON=/path/to/python3.12 ...` chooses the Python it is made with.
export PYTHON
BIN := .venv/bin

.PHONY: help env reports test lab lint check lock clean

help: ## print the targets (this list)
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s  %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

env: ## 建立 .venv / set up .venv, once
	@sh tools/setup.sh

reports: env ## 生成全部报告 / run the studies and write every report
	$(BIN)/evalkit sample
	$(BIN)/evalkit run --study study.toml --study studies/reference/study.toml --study studies/reference/release.toml --study studies/sample/study.toml --reports reports

test: env ## 运行测试 / run the tests, and print which lines they reach
	$(BIN)/python tools/test.py $(ARGS)

lab: env ## 打开 JupyterLab / open JupyterLab on notebooks/
	$(BIN)/python -m jupyterlab notebooks

lint: env ## 检查代码 / ruff, mypy and the floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --cache-dir build/imports

check: env ## 需要浏览器或服务器的检查 / what needs a browser or a server
	$(BIN)/python -m pytest tests/check $(ARGS)

lock: env ## 重新生成锁定文件 / make requirements.lock and environment.yml again (UPGRADE=1: newest)
	$(BIN)/python tools/lock.py $(if $(UPGRADE),--upgrade)

clean: ## 删除生成物 / remove .venv, caches and what was built
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
