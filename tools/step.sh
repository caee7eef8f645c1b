#!/usr/bin/env bash
# One line of progress with the time since make started: step.sh WORDS
now=$(($(date +%s) - ${STARTED:-$(date +%s)}))
printf '[%2d:%02d] %s\n' $((now / 60)) $((now % 60)) "$*"
