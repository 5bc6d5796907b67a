metadata description = 'The virtual network: one subnet each for the functions, the SSH gateway and the instances.'

@description('Region of the resources.')
param location string

@description('Prefix of the resource names.')
param namePrefix string

@description('Address space of the virtual network, a /16.')
param addressPrefix string

var functionsPrefix = cidrSubnet(addressPrefix, 24, 0)
var gatewayPrefix = cidrSubnet(addressPrefix, 24, 1)
var instancesPrefix = cidrSubnet(addressPrefix, 20, 1)

resource outboundAddress 'Microsoft.Network/publicIPAddresses@2025-01-01' = {
  name: '${namePrefix}-outbound-ip'
  location: location
  sku: {
    name: 'Standard'
  }
  properties: {
    publicIPAllocationMethod: 'Static'
  }
}

// Instances have no public address: this is how they reach the Debian mirrors, and how the boxes reach the Internet.
resource natGateway 'Microsoft.Network/natGateways@2025-01-01' = {
  name: '${namePrefix}-nat'
  location: location
  sku: {
    name: 'Standard'
  }
  properties: {
    publicIpAddresses: [
      {
        id: outboundAddress.id
      }
    ]
  }
}

resource instancesSecurityGroup 'Microsoft.Network/networkSecurityGroups@2025-01-01' = {
  name: '${namePrefix}-instances-nsg'
  location: location
  properties: {
    securityRules: [
      {
        name: 'AllowSshFromControlPlane'
        properties: {
          description: 'The app manages an instance over port 22; app and gateway reach the box on it over port 2222.'
          priority: 100
          direction: 'Inbound'
          access: 'Allow'
          protocol: 'Tcp'
          sourceAddressPrefixes: [
            functionsPrefix
            gatewayPrefix
          ]
          sourcePortRange: '*'
          destinationAddressPrefix: instancesPrefix
          destinationPortRanges: [
            '22'
            '2222'
          ]
        }
      }
      {
        name: 'DenyOtherInbound'
        properties: {
          description: 'Without this rule the default rules let the whole virtual network in.'
          priority: 4000
          direction: 'Inbound'
          access: 'Deny'
          protocol: '*'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
      {
        name: 'DenyOutboundToNetwork'
        properties: {
          description: 'What runs in a box leaves through its instance: it must not reach other instances or the control plane.'
          priority: 4000
          direction: 'Outbound'
          access: 'Deny'
          protocol: '*'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: addressPrefix
          destinationPortRange: '*'
        }
      }
    ]
  }
}

resource network 'Microsoft.Network/virtualNetworks@2025-01-01' = {
  name: '${namePrefix}-vnet'
  location: location
  properties: {
    addressSpace: {
      addressPrefixes: [
        addressPrefix
      ]
    }
    subnets: [
      {
        name: 'functions'
        properties: {
          addressPrefix: functionsPrefix
          defaultOutboundAccess: false
          natGateway: {
            id: natGateway.id
          }
          delegations: [
            {
              name: 'flex-consumption'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
      {
        name: 'gateway'
        properties: {
          addressPrefix: gatewayPrefix
          defaultOutboundAccess: false
        }
      }
      {
        name: 'instances'
        properties: {
          addressPrefix: instancesPrefix
          defaultOutboundAccess: false
          natGateway: {
            id: natGateway.id
          }
          networkSecurityGroup: {
            id: instancesSecurityGroup.id
          }
        }
      }
    ]
  }

  resource functionsSubnet 'subnets' existing = {
    name: 'functions'
  }

  resource instancesSubnet 'subnets' existing = {
    name: 'instances'
  }
}

@description('Subnet that the Function App is integrated with.')
output functionsSubnetId string = network::functionsSubnet.id

@description('Subnet of the instances.')
output instancesSubnetId string = network::instancesSubnet.id
