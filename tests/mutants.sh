#!/usr/bin/env bash
# Plants one error at a time in the formulas and expects the tests of their crate to catch it.
#
#   tests/mutants.sh            all of tests/mutants.tsv
#   tests/mutants.sh te-amm     those of one crate
#
# It works on a copy of the last commit under target/, so nothing here is touched. A line of the list is: crate, file, text that stands
# there once, the text planted instead, and, where no test can catch it, why. Exit code 1: an error slipped, or one that was argued for
# is caught now.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
copy=$root/target/mutants/copy
only=${1:-}
export CARGO_TARGET_DIR=$root/target/mutants/build

rm -rf "$copy"
mkdir -p "$copy"
git archive HEAD | tar -x -C "$copy"
cd "$copy"

tests() { cargo test --quiet -p "$1" --lib --test it >"$copy/log" 2>&1; }

wrong=0
done=0
sound=
while IFS=$'\t' read -r crate file from to why; do
    [[ -z $crate || $crate == \#* ]] && continue
    [[ -n $only && $crate != "$only" ]] && continue
    path=crates/$crate/$file
    text=$(<"$path")
    rest=${text/"$from"/}
    if [[ $rest == "$text" || $rest == *"$from"* ]]; then
        echo "NOT ONCE  $path: $from"
        wrong=1
        continue
    fi
    if [[ $sound != *" $crate "* ]]; then
        tests "$crate" || { echo "the tests of $crate fail as they are"; tail -20 log; exit 2; }
        sound+=" $crate "
    fi
    printf '%s\n' "${text/"$from"/"$to"}" >"$path"
    if tests "$crate"; then verdict=survived; else verdict=caught; fi
    grep -q '^error\(\[E[0-9]*\]\)\?: ' log && grep -q 'could not compile' log && verdict=uncompiled
    printf '%s\n' "$text" >"$path"
    done=$((done + 1))
    case $verdict:${why:+argued} in
    caught:) echo "caught    $path: $to" ;;
    survived:argued) echo "argued    $path: $to ($why)" ;;
    *)
        echo "$verdict  $path: $to" | tr '[:lower:]' '[:upper:]'
        wrong=1
        ;;
    esac
done <"$root/tests/mutants.tsv"
echo "$done planted"
exit $wrong
