metadata description = 'The key vault with the private key by which the app signs in to the instances.'

@description('Region of the resources.')
param location string

@description('Name of the key vault.')
@minLength(3)
@maxLength(24)
param vaultName string

@description('Name of the identity the Function App runs as.')
param appIdentityName string

@description('Object id of the user or group that sets and rotates the private key; empty for nobody.')
param operatorObjectId string

// The secret itself is written by an operator (docs/operations.md), so that the private key is in no deployment's input or history.
var privateKeySecretName = 'instance-ssh-private-key'

var keyVaultSecretsUser = '4633458b-17de-408a-b874-0445c86b69e6'
var keyVaultSecretsOfficer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'

resource appIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: appIdentityName
}

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: vaultName
  location: location
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enablePurgeProtection: true
    softDeleteRetentionInDays: 7
  }
}

resource appReadsSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, appIdentity.id, keyVaultSecretsUser)
  scope: vault
  properties: {
    principalId: appIdentity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', keyVaultSecretsUser)
  }
}

resource operatorSetsSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(operatorObjectId)) {
  name: guid(vault.id, operatorObjectId, keyVaultSecretsOfficer)
  scope: vault
  properties: {
    principalId: operatorObjectId
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', keyVaultSecretsOfficer)
  }
}

@description('Name of the key vault.')
output vaultName string = vault.name

@description('App setting value that the platform replaces by the private key; without a version, so that a rotated key is picked up.')
output privateKeyReference string = '@Microsoft.KeyVault(VaultName=${vault.name};SecretName=${privateKeySecretName})'
