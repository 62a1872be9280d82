# Edits the registry ($1) as people and their scripts do, one edit for each line `<style> <mark>` that it reads, and
# answers each with `done`. $2: the gate, held by what does not know the registry's lock (see die-at.cjs).
registry=$1
while read -r style mark; do
  case $style in
    locked-*) exec 9>>"$registry.lock" ;;
    *) exec 9>>"$2" ;;
  esac
  flock 9
  case ${style#locked-} in
    rename)
      { printf '# %s\n' "$mark"; cat "$registry"; } >"$registry.new"
      mv "$registry.new" "$registry"
      ;;
    in-place)
      text=$(cat "$registry")
      printf '# %s\n%s\n' "$mark" "$text" >"$registry"
      ;;
    sed) sed -i "s/^sessions:\$/# $mark\nsessions:/" "$registry" ;;
    append) printf '# %s\n' "$mark" >>"$registry" ;;
  esac
  exec 9>&-
  echo done
done
