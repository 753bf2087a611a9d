#!/usr/bin/env bash
# Brings one image to one environment: the migration first, then API and workers, pod by pod.
# Usage: release.sh ENVIRONMENT IMAGE   e.g. release.sh production registry.example.com/fraud-scoring:COMMIT
# Needs kubectl, with the cluster it is to talk to.
set -euo pipefail

environment=${1:?'the environment is missing'}
image=${2:?'the image is missing'}
namespace="fraud-scoring-$environment"

# The image is written into a copy: a release changes no file of the project.
manifests=$(mktemp -d)
trap 'rm -rf "$manifests"' EXIT
cp -r "$(dirname "${BASH_SOURCE[0]}")/." "$manifests"
with_image() { # the manifests of a folder, with the image that is brought
  printf 'images:\n  - { name: fraud-scoring, newName: "%s", newTag: "%s" }\n' "${image%:*}" "${image##*:}" \
    >> "$manifests/$1/kustomization.yaml"
  kubectl kustomize "$manifests/$1"
}

echo 'Migrating'
# A job cannot be changed, only made anew.
kubectl --namespace "$namespace" delete job fraud-scoring-migrate --ignore-not-found
with_image migrate | kubectl --namespace "$namespace" apply --filename -
# It ends by itself after 15 minutes at the latest, one way or the other.
while true; do
  # On a line of its own, so that a kubectl that fails ends the script.
  conditions=$(kubectl --namespace "$namespace" get job fraud-scoring-migrate --output 'jsonpath={.status.conditions[*].type}')
  case " $conditions " in
    *' Complete '*) break ;;
    *' Failed '*)
      kubectl --namespace "$namespace" logs job/fraud-scoring-migrate >&2 || true
      echo 'The migration failed: nothing else was changed.' >&2
      exit 1
      ;;
  esac
  sleep 2
done

echo 'API and workers'
before=$(kubectl --namespace "$namespace" get deployment fraud-scoring-api --ignore-not-found --output name)
with_image "overlays/$environment" | kubectl apply --filename -
if [ -z "$before" ]; then
  echo "Installed. Pods become ready once a first model is trained: see $(dirname "${BASH_SOURCE[0]}")/README.md"
  exit
fi
deployments=(deployment/fraud-scoring-api deployment/fraud-scoring-worker)
for deployment in "${deployments[@]}"; do
  if ! kubectl --namespace "$namespace" rollout status "$deployment" --timeout=15m; then
    kubectl --namespace "$namespace" rollout undo "${deployments[0]}"
    kubectl --namespace "$namespace" rollout undo "${deployments[1]}"
    echo "$deployment did not become ready. The release before goes on; it never stopped." >&2
    exit 1
  fi
done
echo "$environment runs $image"
