metadata description = 'What the app may do to instances and volumes: read the group, and the writes that connect and disconnect need.'

@description('Name of the identity the Function App runs as.')
param appIdentityName string

var reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'

resource appIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: appIdentityName
}

resource controlPlaneRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, 'shellbox-control-plane')
  properties: {
    // Role names are unique in a tenant.
    roleName: 'Shellbox control plane (${uniqueString(resourceGroup().id)})'
    description: 'Create, change and remove Shellbox instances and volumes, and write their tags.'
    type: 'CustomRole'
    assignableScopes: [
      resourceGroup().id
    ]
    permissions: [
      {
        actions: [
          'Microsoft.Compute/virtualMachines/read'
          'Microsoft.Compute/virtualMachines/write'
          'Microsoft.Compute/virtualMachines/delete'
          // For reading the SSH host key of an instance through ARM, instead of trusting the network at first sight.
          'Microsoft.Compute/virtualMachines/runCommand/action'
          'Microsoft.Compute/disks/read'
          'Microsoft.Compute/disks/write'
          'Microsoft.Compute/disks/delete'
          // New volumes are copies of the golden snapshot, or of the disk that it is.
          'Microsoft.Compute/snapshots/read'
          'Microsoft.Compute/disks/beginGetAccess/action'
          'Microsoft.Compute/snapshots/beginGetAccess/action'
          // A VM is created and deleted together with its NIC. A write to a VM is also checked against the NIC and the subnet it refers to.
          'Microsoft.Network/networkInterfaces/read'
          'Microsoft.Network/networkInterfaces/write'
          'Microsoft.Network/networkInterfaces/delete'
          'Microsoft.Network/networkInterfaces/join/action'
          'Microsoft.Network/virtualNetworks/subnets/join/action'
          'Microsoft.Resources/tags/read'
          'Microsoft.Resources/tags/write'
        ]
        notActions: []
      }
    ]
  }
}

resource appControlsGroup 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, appIdentity.id, controlPlaneRole.id)
  properties: {
    principalId: appIdentity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: controlPlaneRole.id
  }
}

// Resource Graph answers with what its caller may read.
resource appReadsGroup 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, appIdentity.id, reader)
  properties: {
    principalId: appIdentity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', reader)
  }
}
