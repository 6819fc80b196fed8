"""The stack: configuration in, components wired, outputs out."""

import pulumi

from components import account, concurrency, existing_pool, settings
from components.sign_out_access import SignOutAccess
from components.sign_out_runbook import SignOutRunbook
from components.user_directory import UserDirectory
from signout.cognito.exposure import Settings as Exposure

config = pulumi.Config()
namespace = config.full_key("")
try:
    chosen = settings.read(
        config.get,
        lambda key: pulumi.runtime.is_config_secret(namespace + key),
        pulumi.get_stack(),
        [key.removeprefix(namespace) for key in pulumi.runtime.get_config_env() if key.startswith(namespace)],
    )
    concurrency.preflight(chosen.concurrency)
    here = account.current()
    settings.check_place(chosen, here)
    existing = existing_pool.look_up(chosen.user_pool_id, here) if chosen.user_pool_id else None
except ValueError as wrong:
    raise pulumi.RunError(str(wrong)) from None

pool_id: pulumi.Input[str]
pool_arn: pulumi.Input[str]
if existing:
    pool_id, pool_arn = existing.id, existing.arn
    exposure = Exposure(clients=())
else:
    directory = UserDirectory("users", chosen.directory(account=here))
    pool_id, pool_arn, exposure = directory.user_pool_id, directory.user_pool_arn, directory.exposure
    pulumi.export("appClientId", directory.client_id)
    pulumi.export("domain", directory.domain)
    pulumi.export("logoutUrl", directory.logout_url)
    pulumi.export("identityPoolId", directory.identity_pool_id)
    pulumi.export("authenticatedRoleArn", directory.authenticated_role_arn)

runbook = SignOutRunbook(
    "runbook", chosen.runbook(account=here, user_pool_id=pool_id, user_pool_arn=pool_arn, exposure=exposure)
)
access = SignOutAccess(
    "access", chosen.access(account=here, user_pool_arn=pool_arn, runbook_alias_arn=runbook.alias_arn)
)

pulumi.export("userPoolId", pool_id)
pulumi.export("userPoolArn", pool_arn)
pulumi.export("runbookName", runbook.function_name)
pulumi.export("runbookAliasArn", runbook.alias_arn)
pulumi.export("runbookRoleArn", runbook.role_arn)
pulumi.export("operatorRoleArn", access.operator_role_arn)
pulumi.export("responderRoleArn", access.responder_role_arn)
pulumi.export("logGroupName", runbook.log_group_name)
pulumi.export("deadLetterQueueUrl", runbook.dead_letter_queue_url)
pulumi.export("alarmTopicArn", runbook.alarm_topic_arn)
