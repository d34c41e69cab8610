#!/bin/sh
# Make .venv from requirements.lock, once. Called by every target of the Makefile.
#
# The stamp holds what .venv was made from. Where it still fits, nothing is done;
# where only the lock or pyproject.toml changed, the difference is installed; where
# there is none (a first call, or one that was interrupted), .venv is made anew:
# half an environment is not worth mending.
set -eu
cd "$(dirname "$0")/.."
venv=.venv
python=$venv/bin/python
stamp=$venv/.made-from

say() { printf '%s\n' "$@" >&2; }

fits() { # is this a working Python 3.11 to 3.13? A name on PATH may be a stub.
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

find_python() {
    for name in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
        if fits "$name"; then
            "$name" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    say "evalkit 需要 Python 3.11、3.12 或 3.13，未找到可用的版本。请安装后重试，或指明位置：make PYTHON=/路径/python3.12" \
        "evalkit needs Python 3.11, 3.12 or 3.13, and none that works was found. Install one, or name it: make PYTHON=/path/to/python3.12"
    exit 1
}

made_from() { # scripts in .venv name their folder, so a moved one is another one
    echo "folder $(pwd)"
    [ -z "${PYTHON:-}" ] || echo "python $PYTHON"
    echo "files $(cat requirements.lock pyproject.toml | cksum)"
}
identity() { grep -v '^files '; }

only_uv() { awk '/^[a-zA-Z0-9]/ { on = /^uv==/ } on' requirements.lock; }
all_but_uv() { awk '/^[a-zA-Z0-9]/ { on = !/^uv==/ } on' requirements.lock; }

with_uv() { # $@ is how uv is called; what is not in the lock is taken out
    # Every start would compile pandas anew where Python may not keep what it compiled.
    "$@" pip sync --quiet --compile-bytecode --python "$python" --require-hashes requirements.lock &&
        "$@" pip install --quiet --python "$python" --offline --no-deps --no-build-isolation -e .
}

with_pip() {
    set -- "$python" -m pip install --quiet --disable-pip-version-check
    all_but_uv >"$venv/lock.txt" &&
        "$@" --require-hashes -r "$venv/lock.txt" &&
        "$@" --no-index --no-deps --no-build-isolation -e .
}

pip_brings_uv() {
    only_uv >"$venv/uv.txt"
    "$python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$venv/uv.txt" &&
        # uv does not read pip's settings; an office's mirror is usually set there.
        UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$("$python" -m pip config get global.index-url 2>/dev/null || :)}} &&
        { [ -z "$UV_DEFAULT_INDEX" ] && unset UV_DEFAULT_INDEX || export UV_DEFAULT_INDEX; }
}

anew() {
    base=$(find_python)
    say "正在建立 .venv（首次需几分钟）…  Setting up .venv (a few minutes the first time) ..."
    rm -rf "$venv"
    if command -v uv >/dev/null 2>&1 && uv venv --quiet --python "$base" "$venv" && with_uv uv; then
        return
    fi
    rm -rf "$venv"
    if ! "$base" -m venv "$venv"; then
        say "无法建立虚拟环境：此 Python 缺少 venv 或 ensurepip（Debian：python3-venv）。也可先安装 uv。" \
            "No virtual environment could be made: this Python lacks venv or ensurepip (Debian: python3-venv). Having uv on PATH also helps."
        exit 1
    fi
    if pip_brings_uv && with_uv "$venv/bin/uv"; then
        return
    fi
    say "uv 不可用，改用 pip（较慢）。  uv cannot be had; pip does it, more slowly."
    with_pip
}

want=$(made_from)
have=$(cat "$stamp" 2>/dev/null || :)
if [ "$have" = "$want" ] && fits "$python"; then
    exit 0
fi

# While there is no stamp, an interruption here leads to a new .venv next time.
rm -f "$stamp"
if [ "$(echo "$have" | identity)" = "$(echo "$want" | identity)" ] && fits "$python"; then
    say "requirements.lock 或 pyproject.toml 有变动，正在更新 .venv…  Bringing .venv up to date ..."
    with_uv "$venv/bin/uv" || with_pip || anew
else
    anew
fi
# Our own code too; a file that changes is compiled again by whoever runs it.
"$python" -m compileall -q src || :
printf '%s\n' "$want" >"$stamp"
