#!/usr/bin/env bash
# Compiles and lints every bicep and parameter file of this folder, and checks their format. Any warning fails.
# The compiled templates are left in artifacts/infra/templates.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
folder=$(pwd -P)

if [[ "$(uname -sm)" != "Linux x86_64" ]]; then
    echo "infra/lint.sh: bicep.proj fetches the Linux x64 build of bicep; this is $(uname -sm)." >&2
    exit 2
fi

# Without it bicep does not start on a machine that lacks ICU.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1

dotnet restore bicep.proj --nologo --verbosity quiet
bicep=$(dotnet msbuild bicep.proj -nologo -getProperty:BicepPath)
[[ -x "$bicep" ]] || chmod +x "$bicep"

templates=$folder/../artifacts/infra/templates
formatted=$folder/../artifacts/infra/formatted
rm -rf "$templates" "$formatted"
mkdir -p "$templates" "$formatted"

shopt -s globstar
files=(**/*.bicep **/*.bicepparam)

# One run over all files takes seconds, a run a file takes a minute. Its messages begin with the path of the file they are about.
report=""
run() {
    local output status=0
    output=$("$bicep" "$@" 2>&1) || status=$?
    report+=${output:+$output$'\n'}
    [[ $status -eq 0 || -n "$output" ]] || report+="bicep $1 ended with $status"$'\n'
}
run build --pattern '**/*.bicep' --outdir "$templates"
run lint --pattern '**/*.bicep'
run build-params --pattern '**/*.bicepparam' --outdir "$templates"

cp --parents "${files[@]}" "$formatted"
(cd "$formatted" && "$bicep" format --pattern '**/*.bicep' && "$bicep" format --pattern '**/*.bicepparam') ||
    report+="bicep format failed"$'\n'

failed=0
for file in "${files[@]}"; do
    findings=$(grep --fixed-strings "$folder/$file(" <<< "$report" | sort --unique || true)
    report=$(grep --fixed-strings --invert-match "$folder/$file(" <<< "$report" || true)
    [[ -f "$templates/${file%.*}.json" ]] || findings+=${findings:+$'\n'}"infra/$file : not compiled"
    cmp --silent "$file" "$formatted/$file" || findings+=${findings:+$'\n'}"infra/$file : not formatted; bicep format puts it right"
    if [[ -z "$findings" ]]; then
        echo "ok      infra/$file"
    else
        echo "FAILED  infra/$file"
        echo "${findings//$folder\//infra/}"
        failed=1
    fi
done

# What belongs to no file: a crash, a registry that cannot be reached.
if [[ -n "${report//[$' \n']/}" ]]; then
    echo "$report"
    failed=1
fi
exit $failed
