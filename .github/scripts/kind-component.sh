#!/usr/bin/env bash
# Breaks a component of the kind cluster, for `make chaos`: kind-component.sh stop|start|signal COMPONENT [SIGNAL]
set -euo pipefail

action=$1 component=$2 signal=${3:-}
node=${CHAOS_KIND_NODE:-bellwether-control-plane}
manifests=/etc/kubernetes/manifests

on_node() { docker exec "$node" "$@"; }

# The kubelet stops a static pod whose manifest is gone; its container ends some seconds later.
move() { on_node mv "$1/$component.yaml" "$2/$component.yaml"; }

proxies() { # null or a label that no node has
  kubectl patch daemonset kube-proxy --namespace kube-system --type=merge \
    --patch "{\"spec\":{\"template\":{\"spec\":{\"nodeSelector\":{\"chaos\":$1}}}}}"
}

case $action/$component in
  stop/kubelet) on_node systemctl stop kubelet ;;
  start/kubelet) on_node systemctl start kubelet ;;
  stop/coredns) kubectl scale deployment coredns --namespace kube-system --replicas=0 ;;
  start/coredns) kubectl scale deployment coredns --namespace kube-system --replicas=2 ;;
  stop/kube-proxy) proxies '"none"' ;;
  start/kube-proxy) proxies null ;;
  stop/*) move "$manifests" /etc/kubernetes ;;
  start/*) move /etc/kubernetes "$manifests" ;;
  signal/*) on_node pkill --signal "$signal" --exact "${component:0:15}" ;;
  *) echo "usage: $0 stop|start|signal COMPONENT [SIGNAL]" >&2; exit 2 ;;
esac
