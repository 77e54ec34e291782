#!/bin/sh
# Bring an environment to a version: deploy.sh OVERLAY VERSION [REGISTRY]. Needs kubectl, kustomize, and a KUBECONFIG.
#
# Migrations run first, as jobs, and only expand; then the services roll over one after the other. What fails before the
# rollout leaves the old version running; a rollout that does not get ready is taken back.
set -eu
overlay=${1:?"usage: deploy.sh OVERLAY VERSION [REGISTRY]"}
version=${2:?"usage: deploy.sh OVERLAY VERSION [REGISTRY]"}
registry=${3:-}
namespace=hygge
here=$(cd "$(dirname "$0")/.." && pwd)
[ -d "$here/k8s/overlays/$overlay" ] || { echo "There is no overlay $overlay." >&2; exit 2; }

command -v kubectl >/dev/null && command -v kustomize >/dev/null || { echo "kubectl and kustomize are needed." >&2; exit 2; }

work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cp -R "$here" "$work/deploy"
cd "$work/deploy/k8s/overlays/$overlay"
for image in gateway topology profiles engine results web; do
    kustomize edit set image "hygge/$image=${registry:-hygge}/$image:$version"
done
kustomize build . >"$work/all.yaml"

in_namespace() { kubectl --namespace "$namespace" "$@"; }

echo "Applying $overlay at $version …"
kubectl apply --server-side --field-manager hygge-release --filename "$work/all.yaml"
echo "Waiting for roles and schemas …"
in_namespace wait job --selector "app.kubernetes.io/component in (provision, migration)" --for condition=complete --timeout 60m
echo "Rolling out …"
# The door last: it is ready when what is behind it is.
for deployment in topology profiles results engine engine-worker gateway web; do
    if ! in_namespace rollout status "deployment/$deployment" --timeout 15m; then
        echo "$deployment did not get ready: back to the version before. Migrations stay; they only expand." >&2
        in_namespace describe deployment "$deployment" >&2
        for each in topology profiles results engine engine-worker gateway web; do
            in_namespace rollout undo "deployment/$each" || true
        done
        exit 1
    fi
done
echo "$overlay is at $version."
