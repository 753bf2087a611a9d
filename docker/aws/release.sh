#!/usr/bin/env bash
# Brings one image to one environment: new task definitions, the migration, the API step by step, then the workers.
# Usage: release.sh ENVIRONMENT IMAGE   e.g. release.sh production 123456789012.dkr.ecr.eu-central-1.amazonaws.com/fraud-scoring:COMMIT
# Needs the AWS command line, and COLLECTOR_IMAGE as given when the stack tasks was made.
set -euo pipefail

environment=${1:?'the environment is missing'}
image=${2:?'the image is missing'}
here=$(dirname "${BASH_SOURCE[0]}")
name="fraud-scoring-$environment"

stack_value() { # the value that another stack exports under a name
  # As text, the answer would be filtered page by page, with a line for each.
  aws cloudformation list-exports --output json |
    jq --exit-status --raw-output --arg name "$name-$1" '.Exports[] | select(.Name == $name) | .Value' ||
    { echo "No stack exports $name-$1" >&2 && exit 1; }
}
newest() { # the newest revision of a task definition
  aws ecs describe-task-definition --task-definition "$name-$1" --query taskDefinition.taskDefinitionArn --output text
}

aws cloudformation deploy --stack-name "$name-tasks" --template-file "$here/tasks.yaml" --capabilities CAPABILITY_IAM \
  --no-fail-on-empty-changeset --parameter-overrides \
  "Environment=$environment" "Image=$image" "CollectorImage=${COLLECTOR_IMAGE:?'the collector image is missing'}"

echo 'Migrating'
cluster=$(stack_value cluster)
subnet_a=$(stack_value private-subnet-a)
subnet_b=$(stack_value private-subnet-b)
group=$(stack_value task-security-group)
network="awsvpcConfiguration={subnets=[$subnet_a,$subnet_b],securityGroups=[$group]}"
task=$(aws ecs run-task --cluster "$cluster" --launch-type FARGATE --network-configuration "$network" \
  --task-definition "$(newest migrate)" --query 'tasks[0].taskArn' --output text)
# `wait tasks-stopped` gives up after ten minutes and leaves it running. As on Kubernetes, it has 15.
deadline=$((SECONDS + 900))
until [ "$(aws ecs describe-tasks --cluster "$cluster" --tasks "$task" --query 'tasks[0].lastStatus' --output text)" = STOPPED ]; do
  if [ "$SECONDS" -ge "$deadline" ]; then
    aws ecs stop-task --cluster "$cluster" --task "$task" --reason 'The migration took over 15 minutes' > /dev/null
    echo 'The migration took over 15 minutes and was stopped: nothing else was changed.' >&2
    exit 1
  fi
  sleep 5
done
code=$(aws ecs describe-tasks --cluster "$cluster" --tasks "$task" --query 'tasks[0].containers[0].exitCode' --output text)
if [ "$code" != 0 ]; then
  echo "The migration ended with $code: nothing else was changed. Its log is in /fraud-scoring/$environment." >&2
  exit 1
fi

echo 'API: 10 % more every five minutes'
appspec=$(printf '{"version":"0.0","Resources":[{"TargetService":{"Type":"AWS::ECS::Service","Properties":{"TaskDefinition":"%s","LoadBalancerInfo":{"ContainerName":"api","ContainerPort":3000}}}}]}' "$(newest api)")
revision=$(jq -n --arg content "$appspec" '{revisionType: "AppSpecContent", appSpecContent: {content: $content}}')
deployment=$(aws deploy create-deployment --application-name "$name" --deployment-group-name api \
  --revision "$revision" --query deploymentId --output text)
# `wait deployment-successful` gives up after 30 minutes, before the last step.
while true; do
  status=$(aws deploy get-deployment --deployment-id "$deployment" --query deploymentInfo.status --output text)
  lifecycle=$(aws deploy get-deployment-target --deployment-id "$deployment" --target-id "$cluster:api" \
    --query "deploymentTarget.ecsTarget.lifecycleEvents[?lifecycleEventName=='AfterAllowTraffic'].status" --output text 2> /dev/null || true)
  case "$status/$lifecycle" in
    Succeeded/* | */Succeeded) break ;;
    Failed/* | Stopped/*)
      echo "Deployment $deployment: $status. The release before has all the traffic again." >&2
      exit 1
      ;;
  esac
  sleep 15
done

echo 'Workers'
aws ecs update-service --cluster "$cluster" --service worker --task-definition "$(newest worker)" > /dev/null
aws ecs wait services-stable --cluster "$cluster" --services worker
echo "$environment runs $image"
