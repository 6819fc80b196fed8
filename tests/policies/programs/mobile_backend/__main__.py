"""A mobile application whose signed-in users reach AWS through an identity pool, and its support staff."""

import json

import pulumi
import pulumi_aws as aws

pool = aws.cognito.UserPool("players", deletion_protection="ACTIVE", opts=pulumi.ResourceOptions(protect=True))
app = aws.cognito.UserPoolClient(
    "game",
    user_pool_id=pool.id,
    prevent_user_existence_errors="ENABLED",
    enable_token_revocation=False,
    refresh_token_validity=3650,
    callback_urls=["http://game.example/signed-in"],
    allowed_oauth_flows_user_pool_client=True,
    allowed_oauth_flows=["code"],
    allowed_oauth_scopes=["openid"],
    supported_identity_providers=["COGNITO"],
)

identities = aws.cognito.IdentityPool(
    "game",
    identity_pool_name="game",
    allow_unauthenticated_identities=False,
    cognito_identity_providers=[{"client_id": app.id, "provider_name": pool.endpoint, "server_side_token_check": True}],
)


def web_identity(identity_pool_id):
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Federated": "cognito-identity.amazonaws.com"},
                    "Action": "sts:AssumeRoleWithWebIdentity",
                    "Condition": {
                        "StringEquals": {"cognito-identity.amazonaws.com:aud": identity_pool_id},
                        "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"},
                    },
                }
            ],
        }
    )


player = aws.iam.Role("player", assume_role_policy=identities.id.apply(web_identity))
aws.cognito.IdentityPoolRoleAttachment("game", identity_pool_id=identities.id, roles={"authenticated": player.arn})

# So that players can sign out everywhere, and change their own data.
aws.iam.RolePolicy(
    "player",
    role=player.name,
    policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": ["cognito-idp:GlobalSignOut", "cognito-idp:UpdateUserAttributes"],
                    "Resource": "*",
                }
            ],
        }
    ),
)

# Support looks users up; the second policy is for emergencies.
support = aws.iam.User("support")
aws.iam.UserPolicy(
    "support",
    user=support.name,
    policy=pool.arn.apply(
        lambda arn: json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": ["cognito-idp:AdminGetUser", "cognito-idp:ListUsers"],
                        "Resource": arn,
                    }
                ],
            }
        )
    ),
)
aws.iam.UserPolicy(
    "support-emergency",
    user=support.name,
    policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": "cognito-idp:Admin*SignOut", "Resource": "arn:aws:cognito-idp:*:*:*"}
            ],
        }
    ),
)
